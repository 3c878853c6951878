/** Objects in an S3-compatible bucket, by the AWS SDK. */
@NullMarked
package larder.s3;

import org.jspecify.annotations.NullMarked;
