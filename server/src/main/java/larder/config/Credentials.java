package larder.config;

import java.nio.file.Path;

/** By what larder makes itself known to an upstream and to its token service. */
public sealed interface Credentials {

  /** What tells one login from another, without what is secret; empty for none. */
  String identity();

  /** By nothing. */
  record Anonymous() implements Credentials {
    @Override
    public String identity() {
      return "";
    }
  }

  /** By a user name and a password. */
  record Password(String username, Secret password) implements Credentials {
    @Override
    public String identity() {
      return username;
    }
  }

  /**
   * By a user name and a password from a file, which may change at any time.
   *
   * @param file whose text is the password, but for an end of line
   */
  record PasswordFile(String username, Path file) implements Credentials {
    @Override
    public String identity() {
      return username;
    }
  }

  /**
   * By what a Docker {@code config.json} says of the registry, itself or by a credential helper.
   */
  record DockerConfig(Path file) implements Credentials {
    @Override
    public String identity() {
      return "docker-config " + file;
    }
  }

  /** By what Amazon ECR lends to whoever the process is at AWS. */
  record Ecr(String region) implements Credentials {
    @Override
    public String identity() {
      return "ecr";
    }
  }

  /**
   * By what Google Cloud lends to the machine's service account.
   *
   * @param metadataHost of the service that does, with its port where it has one
   */
  record Gcp(String metadataHost) implements Credentials {
    @Override
    public String identity() {
      return "gcp";
    }
  }
}
