/**
 * What larder needs of HTTP beyond the framework: sending by the kernel, and guards against
 * connections that stay.
 */
@NullMarked
package larder.http;

import org.jspecify.annotations.NullMarked;
