/**
 * The domain: blobs named by digest, tiers that keep them within a bound, and the fill that copies
 * one from a slower place while any number of readers follow it. It knows the JDK only.
 */
@NullMarked
package larder.tiering;

import org.jspecify.annotations.NullMarked;
