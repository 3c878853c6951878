package larder.migrate;

import java.util.Optional;
import larder.config.ConfigException;
import larder.config.Setting;

/** The one upstream, with the registry's login, and who may have what it holds. */
final class UpstreamSection {
  /** The variable that stands in for a password that is not in the file. */
  static final String PASSWORD = "LARDER_UPSTREAMS_0_PASSWORD";

  private static final String UPSTREAM = "larder.upstreams.0.";
  private static final String SET =
      "set " + PASSWORD + ", or " + UPSTREAM + "password-file in larder's file";

  private final RegistrySettings settings;
  private final Draft draft;
  private final LarderFile file;
  private final boolean withPassword;

  UpstreamSection(RegistrySettings settings, Draft draft, boolean withPassword) {
    this.settings = settings;
    this.draft = draft;
    this.file = draft.file();
    this.withPassword = withPassword;
  }

  void write(Remote remote, Guard guard) throws ConfigException {
    file.put(UPSTREAM + "name", remote.name(), Counterparts.REMOTE);
    file.put(UPSTREAM + "url", remote.url(), Counterparts.REMOTE);
    if (!remote.aliases().isEmpty()) {
      file.put(UPSTREAM + "aliases", remote.aliases(), Counterparts.REMOTE);
    }
    file.put(UPSTREAM + "default", true);
    reach(remote);
    boolean login = login();
    visibility(login, !(guard instanceof Guard.Nobody));
    file.put(UPSTREAM + "fresh-for", "1m");
    file.comment(
        UPSTREAM + "fresh-for",
        "How long a tag is served unasked. The registry asked each time: 0s.");
  }

  private void reach(Remote remote) {
    String key = UPSTREAM + "allow-private-addresses";
    if (remote.isPrivate()) {
      file.put(key, true, Counterparts.REMOTE);
      draft.note(
          "the upstream is on this machine or in a private network: it may send larder to other addresses there too");
    } else if (remote.aliases().isEmpty()) {
      draft.note(
          "larder goes to no private addresses unasked: if %s has one, set %s: true"
              .formatted(remote.name(), key));
    }
  }

  /** Whether the registry made itself known to its upstream by a user's name. */
  private boolean login() throws ConfigException {
    Optional<Setting> user = settings.value(Counterparts.USERNAME);
    Optional<Setting> password = settings.value(Counterparts.PASSWORD);
    if (settings.within(Counterparts.EXEC).findAny().isPresent()) {
      unused("was not used beside " + Counterparts.EXEC);
      return false;
    }
    if (user.isEmpty()) {
      unused("is of no use without " + Counterparts.USERNAME);
      return false;
    }
    file.put(UPSTREAM + "username", user.get().text(), Counterparts.USERNAME);
    if (password.isPresent() && withPassword) {
      file.put(UPSTREAM + "password", password.get().text(), Counterparts.PASSWORD);
      draft.remark(
          Counterparts.PASSWORD,
          "becomes " + UPSTREAM + "password, in a file that only its owner can read");
      return true;
    }
    file.comment(UPSTREAM + "username", "The password is not here: " + SET + ".");
    draft.remark(Counterparts.PASSWORD, "is not printed: " + SET);
    if (password.isEmpty()) {
      draft.note(Counterparts.PASSWORD + " is not set, and larder does not start without: " + SET);
    }
    return true;
  }

  private void unused(String why) {
    draft.remark(Counterparts.USERNAME, why);
    draft.remark(Counterparts.PASSWORD, why);
  }

  /** As open as the registry was, but apart from what else larder may come to hold. */
  private void visibility(boolean login, boolean guarded) {
    if (!login && !guarded) {
      return;
    }
    String key = UPSTREAM + "visibility";
    if (login) {
      file.put(key, "private", Counterparts.USERNAME);
    } else {
      file.put(key, "private");
    }
    if (guarded) {
      file.comment(key, "Only the guarded listener has it.");
      return;
    }
    file.put(UPSTREAM + "open", true, Counterparts.USERNAME);
    file.comment(
        UPSTREAM + "open",
        "As with the registry, whoever reaches larder may have all that this user may.");
    draft.note(
        "whoever reaches larder may have all that the upstream's user may, as with the registry; larder.guarded instead of %sopen lets in only whom you know"
            .formatted(UPSTREAM));
  }
}
