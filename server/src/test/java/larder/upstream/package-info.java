@NullMarked
package larder.upstream;

import org.jspecify.annotations.NullMarked;
