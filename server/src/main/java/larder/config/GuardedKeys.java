package larder.config;

import java.nio.file.Path;
import java.util.List;

/** The keys of the listener that asks clients who they are. */
final class GuardedKeys {
  static final String SECTION = "larder.guarded";
  static final String CLIENTS = "larder.guarded.clients";

  static final Key<String> HOST =
      new Key<>(
          "larder.guarded.host",
          Types.HOST,
          "0.0.0.0",
          "Name or address that clients who make themselves known are listened to on.");
  static final Key<Integer> PORT =
      new Key<>(
          "larder.guarded.port",
          Types.PORT,
          "5443",
          "Port of that listener; 0 takes any free one. It exists when any key below `larder.guarded` is given.");
  static final Key<Path> USERS_FILE =
      new Key<>(
          "larder.guarded.users-file",
          Types.PATH,
          Key.NONE,
          "A file with `user:hash` on each line, the hash by bcrypt (`htpasswd -nB USER`, cost up to 14) or Argon2 (up to 64 MiB and 10 passes). Read anew when it changes.");
  static final Key<Path> TOKENS_FILE =
      new Key<>(
          "larder.guarded.tokens-file",
          Types.PATH,
          Key.NONE,
          "A file with `name:sha256:HASH` on each line, for a token as of `openssl rand -hex 32` with the hash that `printf %s TOKEN \\| sha256sum` tells. Clients show it as Bearer, or as the password of the user `name`. A name may have two during a change. Read anew when it changes.");
  static final Key<Path> CLIENT_CA =
      new Key<>(
          "larder.guarded.client-ca",
          Types.PATH,
          Key.NONE,
          "PEM file with the CAs whose certificates clients may show. The client's name is the subject's whole name where `clients` has that, else its common name. Needs `certificate-file`.");
  static final Key<Path> CERTIFICATE_FILE =
      new Key<>(
          "larder.guarded.certificate-file",
          Types.PATH,
          Key.NONE,
          "PEM file with this listener's certificate and those between it and its CA. Read anew when it changes.");
  static final Key<Path> KEY_FILE =
      new Key<>(
          "larder.guarded.key-file",
          Types.PATH,
          Key.NONE,
          "PEM file with that certificate's key, RSA or EC, not encrypted: PKCS#8, PKCS#1 or SEC 1. Read anew when it changes.");
  static final Key<Boolean> PLAIN_HTTP =
      new Key<>(
          "larder.guarded.plain-http",
          Types.BOOLEAN,
          "false",
          "Whether something in front of it speaks TLS, so that this listener need not. Without `certificate-file` it must be `true`, unless the host is a loopback address.");
  static final Key<String> CLIENT_NAME =
      new Key<>(
          "larder.guarded.clients.*.name",
          Types.CLIENT_NAME,
          Key.REQUIRED,
          "Whom this entry is about: a user's, a token's or a certificate's name. Without `clients` each client may have all upstreams; with it, one that is not listed may have what the open listener serves.");
  static final Key<List<String>> CLIENT_UPSTREAMS =
      new Key<>(
          "larder.guarded.clients.*.upstreams",
          ValueType.listOf(Types.UPSTREAM_NAME),
          Key.REQUIRED,
          "Names of the upstreams that it may have, public and private ones; it may have no others.");

  static final List<Key<?>> ALL =
      List.of(
          HOST,
          PORT,
          USERS_FILE,
          TOKENS_FILE,
          CLIENT_CA,
          CERTIFICATE_FILE,
          KEY_FILE,
          PLAIN_HTTP,
          CLIENT_NAME,
          CLIENT_UPSTREAMS);

  private GuardedKeys() {}
}
