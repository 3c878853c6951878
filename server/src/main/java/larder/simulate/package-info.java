/** What policies would have kept of a trace, and what the rest would have cost. */
@NullMarked
package larder.simulate;

import org.jspecify.annotations.NullMarked;
