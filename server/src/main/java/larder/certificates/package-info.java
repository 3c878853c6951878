/** Certificates and keys in files. */
@NullMarked
package larder.certificates;

import org.jspecify.annotations.NullMarked;
