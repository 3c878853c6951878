package larder.registry;

/** Ends a request with an error envelope. */
final class RegistryException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient RegistryError error;

  RegistryException(RegistryError error) {
    super(error.message(), null, false, false);
    this.error = error;
  }

  RegistryError error() {
    return error;
  }
}
