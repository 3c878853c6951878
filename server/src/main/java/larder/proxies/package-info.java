/** What all of larder's clients know of the proxies on their way. */
@NullMarked
package larder.proxies;

import org.jspecify.annotations.NullMarked;
