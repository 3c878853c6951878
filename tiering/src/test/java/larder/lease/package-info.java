@NullMarked
package larder.lease;

import org.jspecify.annotations.NullMarked;
