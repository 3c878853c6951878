package larder.migrate;

import java.util.Optional;
import larder.config.ConfigException;
import larder.config.Setting;

/** The listeners: clients find larder where they found the registry, with the same guard. */
final class ListenerSection {
  private static final int ADMIN_PORT = 5001;

  private final RegistrySettings settings;
  private final Draft draft;
  private final LarderFile file;

  ListenerSection(RegistrySettings settings, Draft draft) {
    this.settings = settings;
    this.draft = draft;
    this.file = draft.file();
  }

  void write(Guard guard, Optional<Tls> tls) throws ConfigException {
    Address clients = clients();
    Optional<Setting> debug = settings.value(Counterparts.DEBUG_ADDRESS);
    Address admin =
        debug.isPresent()
            ? Address.of(Counterparts.DEBUG_ADDRESS, debug.get())
            : new Address(
                Address.LOOPBACK, clients.port() == ADMIN_PORT ? ADMIN_PORT + 1 : ADMIN_PORT);
    switch (guard) {
      case Guard.Nobody() -> open(clients, tls);
      case Guard.Users(Setting users) -> {
        guarded(clients, tls);
        file.put("larder.guarded.users-file", users.text(), Counterparts.USERS);
      }
      case Guard.Certificates(Setting ca) -> {
        guarded(clients, tls);
        file.put("larder.guarded.client-ca", ca.text(), Counterparts.CLIENT_CAS);
      }
    }
    put("larder.admin", admin, Counterparts.DEBUG_ADDRESS);
    file.comment("larder.admin", "/metrics, /health/live and /health/ready");
    if (debug.isEmpty()) {
      draft.note(
          "%s is not set: larder's metrics and health are on %s:%d; for whoever asks from elsewhere set larder.admin.host to %s"
              .formatted(Counterparts.DEBUG_ADDRESS, admin.host(), admin.port(), Address.ALL));
    }
  }

  private Address clients() throws ConfigException {
    Optional<Setting> written = settings.value(Counterparts.ADDRESS);
    if (written.isPresent()) {
      return Address.of(Counterparts.ADDRESS, written.get());
    }
    draft.note(
        Counterparts.ADDRESS + " is not set: larder listens on port 5000, as the registry's image");
    return new Address(Address.ALL, 5000);
  }

  private void open(Address clients, Optional<Tls> tls) {
    put("server", clients, Counterparts.ADDRESS);
    tls.ifPresent(files -> {
      String key = "server.tls.private-key.pem.";
      file.put(key + "key.resource.path", files.key().text(), Counterparts.KEY);
      file.put(
          key + "cert-chain.resource.path", files.certificate().text(), Counterparts.CERTIFICATE);
    });
  }

  private void guarded(Address clients, Optional<Tls> tls) {
    file.put("server.host", Address.LOOPBACK);
    file.put("server.port", 0);
    file.comment(
        "server",
        "The listener that asks no one who they are, on any free port: what the registry guarded is not there.");
    put("larder.guarded", clients, Counterparts.ADDRESS);
    file.comment("larder.guarded", "The registry's address, with the registry's guard.");
    if (tls.isPresent()) {
      file.put(
          "larder.guarded.certificate-file",
          tls.get().certificate().text(),
          Counterparts.CERTIFICATE);
      file.put("larder.guarded.key-file", tls.get().key().text(), Counterparts.KEY);
    } else {
      file.put("larder.guarded.plain-http", true);
      draft.note(
          "the registry spoke no TLS: passwords cross the network readable, as they did, unless something in front of larder speaks it; larder.guarded.certificate-file ends that");
    }
  }

  private void put(String section, Address address, String source) {
    file.put(section + ".host", address.host(), source);
    file.put(section + ".port", address.port(), source);
  }
}
