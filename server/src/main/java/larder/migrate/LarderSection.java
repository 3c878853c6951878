package larder.migrate;

import java.util.Optional;
import larder.config.ConfigException;
import larder.config.Setting;

/** What concerns neither clients nor upstream: the disk, the access log, the end. */
final class LarderSection {
  private final RegistrySettings settings;
  private final Draft draft;

  LarderSection(RegistrySettings settings, Draft draft) {
    this.settings = settings;
    this.draft = draft;
  }

  void write() throws ConfigException {
    disk();
    accessLog();
    drain();
  }

  /** On the registry's disk, but apart from the registry's files. */
  private void disk() throws ConfigException {
    Optional<Setting> root = settings.value(Counterparts.ROOT);
    if (root.isPresent()) {
      String path = root.get().text().replaceAll("/+$", "");
      draft.file().put("larder.disk.path", path + "/larder", Counterparts.ROOT);
      draft.note(
          "larder does not read the registry's own files, %s/docker: remove them when the registry has ended, but not %s/larder beside them"
              .formatted(path, path));
    } else {
      draft.file().put("larder.disk.path", "./data");
      draft.note(
          "larder keeps blobs in ./data; set larder.disk.path to a folder on a disk with room");
    }
    draft.file().put("larder.disk.capacity", "auto");
    draft
        .file()
        .comment(
            "larder.disk.capacity",
            "The bound, such as 200GiB; the registry had none, and removed by age.");
  }

  private void accessLog() throws ConfigException {
    if (settings.isTrue(Counterparts.NO_ACCESS_LOG)) {
      draft.file().put("larder.access-log", "off", Counterparts.NO_ACCESS_LOG);
    } else {
      draft.remark(Counterparts.NO_ACCESS_LOG, "is how larder is by itself, on standard error");
    }
  }

  private void drain() throws ConfigException {
    Optional<Setting> written = settings.value(Counterparts.DRAIN);
    if (written.isEmpty()) {
      return;
    }
    long millis =
        GoDuration.millis(written.get().text())
            .orElseThrow(() ->
                RegistrySettings.wrong(
                    Counterparts.DRAIN,
                    written.get(),
                    written.get().quoted()
                        + " is not accepted; write a duration such as 60s or 1m30s"));
    draft
        .file()
        .put(
            "larder.drain",
            millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms",
            Counterparts.DRAIN);
  }
}
