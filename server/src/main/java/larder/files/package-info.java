/** Small files of the operator's, which may change at any time. */
@NullMarked
package larder.files;

import org.jspecify.annotations.NullMarked;
