package larder.config;

import java.util.Optional;

/** The types of the framework's keys that have one right value here. */
final class ServerTypes {
  static final ValueType<Boolean> BLOCKING =
      ValueType.of(
          "false, since the kernel sends bodies and needs blocking sockets",
          text -> text.equals("false") ? Optional.of(false) : Optional.empty());

  static final ValueType<Integer> UNQUEUED =
      ValueType.of(
          "0, since a body sent by the kernel would overtake what is queued",
          text -> text.equals("0") ? Optional.of(0) : Optional.empty());

  private ServerTypes() {}
}
