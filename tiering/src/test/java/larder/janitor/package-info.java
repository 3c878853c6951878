@NullMarked
package larder.janitor;

import org.jspecify.annotations.NullMarked;
