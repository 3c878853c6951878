/**
 * The configuration: one YAML file, system properties and environment, read into records that are
 * checked before anything starts.
 */
@NullMarked
package larder.config;

import org.jspecify.annotations.NullMarked;
