/**
 * Who of all larders does what only one should do, agreed on by conditional writes to the store
 * that they share.
 */
@NullMarked
package larder.lease;

import org.jspecify.annotations.NullMarked;
