/**
 * Who a client is and what it may have, for a listener that guards private upstreams: by a
 * password, a token or a certificate.
 */
@NullMarked
package larder.guarded;

import org.jspecify.annotations.NullMarked;
