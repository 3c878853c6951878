@NullMarked
package larder.fsck;

import org.jspecify.annotations.NullMarked;
