package larder.tiering;

/** Receives events, on the thread on which they happened; it must be quick and must not throw. */
@FunctionalInterface
public interface Events {

  /** Ignores all. */
  Events NONE = event -> {};

  void on(Event event);
}
