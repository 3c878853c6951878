@NullMarked
package larder.bucket;

import org.jspecify.annotations.NullMarked;
