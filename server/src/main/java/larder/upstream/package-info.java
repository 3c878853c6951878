/** The client of upstream registries: tokens, redirects, mirrors, and what their answers mean. */
@NullMarked
package larder.upstream;

import org.jspecify.annotations.NullMarked;
