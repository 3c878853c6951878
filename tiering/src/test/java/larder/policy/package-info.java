@NullUnmarked
package larder.policy;

import org.jspecify.annotations.NullUnmarked;
