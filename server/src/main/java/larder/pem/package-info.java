/** Certificates and keys in files. */
@NullMarked
package larder.pem;

import org.jspecify.annotations.NullMarked;
