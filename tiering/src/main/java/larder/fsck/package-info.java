/** Whether what is kept is what its name says: what all checks of it have in common. */
@NullMarked
package larder.fsck;

import org.jspecify.annotations.NullMarked;
