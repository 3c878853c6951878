/** What each tier keeps: by recency, by frequency, and by what it would cost to be without. */
@NullMarked
package larder.policy;

import org.jspecify.annotations.NullMarked;
