@NullMarked
package larder.s3;

import org.jspecify.annotations.NullMarked;
