package larder.migrate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import larder.config.ConfigException;
import larder.config.ConfigLoader;
import larder.config.Setting;

/**
 * What a migration came to.
 *
 * @param yaml larder's configuration, which larder takes
 * @param lines one for each setting of the registry's or section of them, then what else to know
 */
public record Migration(String yaml, List<String> lines) {
  public Migration {
    lines = List.copyOf(lines);
  }

  /**
   * Makes larder's configuration of a registry's settings.
   *
   * @param withPassword whether the password may be in it
   * @throws ConfigException for settings that mean nothing, or nothing to larder
   * @throws NotMigratedException for a registry that larder cannot stand in for
   */
  public static Migration of(RegistrySettings settings, boolean withPassword)
      throws ConfigException, NotMigratedException {
    Draft draft = draft(settings, withPassword);
    Migration migration = new Migration(draft.file().yaml(), lines(settings, draft));
    migration.check(draft);
    return migration;
  }

  static Draft draft(RegistrySettings settings, boolean withPassword)
      throws ConfigException, NotMigratedException {
    Optional<Setting> url = settings.value(Counterparts.REMOTE);
    if (url.isEmpty()) {
      throw new NotMigratedException(
          "this registry is no proxy: larder replaces only pull-through caches; "
              + Counterparts.REMOTE
              + " (REGISTRY_PROXY_REMOTEURL) is not set");
    }
    Remote remote = Remote.of(url.get());
    Optional<Tls> tls = Tls.of(settings);
    Guard guard = Guard.of(settings, tls);
    refuse(settings);

    Draft draft = Draft.start();
    new ListenerSection(settings, draft).write(guard, tls);
    new LarderSection(settings, draft).write();
    new UpstreamSection(settings, draft, withPassword).write(remote, guard);
    if (!settings.hasFile()) {
      draft.note(
          "only the environment was read: if the registry has a file too, such as /etc/distribution/config.yml, give it with --from, since it may guard the registry");
    }
    return draft;
  }

  static List<String> lines(RegistrySettings settings, Draft draft) {
    List<String> lines = new ArrayList<>(new Report(settings, draft).lines());
    lines.addAll(draft.notes());
    return lines;
  }

  /** Ends it where larder would serve what the registry did not, or not where it did. */
  private static void refuse(RegistrySettings settings)
      throws NotMigratedException, ConfigException {
    Optional<Setting> network = settings.value(Counterparts.NETWORK);
    if (network.isPresent() && network.get().text().equals("unix")) {
      throw NotMigratedException.of(
          Counterparts.NETWORK,
          network.get(),
          "stops the migration: it is a socket of the file system, and larder listens on TCP; give a host and a port, in a copy of the file");
    }
    for (Map.Entry<String, Setting> each : settings.all().entrySet()) {
      Optional<Counterpart> row = Counterparts.of(each.getKey()).filter(Counterpart::stops);
      // An empty section says nothing, but an empty one of a kind says its kind.
      if (row.isPresent()
          && !(each.getKey().equals(row.get().setting()) && each.getValue().text().isEmpty())) {
        throw NotMigratedException.of(each.getKey(), each.getValue(), row.get().plain());
      }
    }
  }

  /** What larder would not start with is told now, not then. */
  private void check(Draft draft) throws ConfigException {
    boolean leftOut =
        draft.file().of(Counterparts.PASSWORD).isEmpty()
            && !draft.file().of(Counterparts.USERNAME).isEmpty();
    Map<String, String> environment = leftOut ? Map.of(UpstreamSection.PASSWORD, "any") : Map.of();
    new ConfigLoader(environment, Map.of(), Long.MAX_VALUE).load(yaml, "what is made of it");
  }
}
