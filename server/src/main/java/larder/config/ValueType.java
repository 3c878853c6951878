package larder.config;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a value may be.
 *
 * @param accepts completes "is not accepted; write …"
 * @param reading answers empty for a text that is not accepted
 */
record ValueType<T>(String accepts, boolean isList, Function<String, Optional<T>> reading) {

  static <T> ValueType<T> of(String accepts, Function<String, Optional<T>> reading) {
    return new ValueType<>(accepts, false, reading);
  }

  static ValueType<String> matching(String accepts, String pattern) {
    return of(accepts, text -> Optional.of(text).filter(t -> t.matches(pattern)));
  }

  /** The constants of an enum, written in lower case. */
  static <E extends Enum<E>> ValueType<E> oneOf(Class<E> type) {
    List<E> constants = List.of(type.getEnumConstants());
    return of(
        constants.stream().map(ValueType::written).collect(Collectors.joining(" or ")),
        text -> constants.stream().filter(c -> written(c).equals(text)).findFirst());
  }

  /** A list of such values, read from a text with one entry a line. */
  static <T> ValueType<List<T>> listOf(ValueType<T> element) {
    return new ValueType<>(
        element.accepts,
        true,
        text -> {
          List<Optional<T>> read = entries(text).stream().map(element.reading).toList();
          return read.stream().allMatch(Optional::isPresent)
              ? Optional.of(read.stream().flatMap(Optional::stream).toList())
              : Optional.empty();
        });
  }

  private static List<String> entries(String text) {
    return text.equals("[]") ? List.of() : text.lines().toList();
  }

  private static String written(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
