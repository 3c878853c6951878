/** Meters and the access log, made from events. */
@NullMarked
package larder.metrics;

import org.jspecify.annotations.NullMarked;
