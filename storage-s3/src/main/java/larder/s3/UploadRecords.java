package larder.s3;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** Which uploads in parts have begun: small objects that hold key and upload id, a line each. */
final class UploadRecords {
  static final String FOLDER = "uploads/";

  private static final Logger LOG = Logger.getLogger(UploadRecords.class.getName());

  private final S3Bucket bucket;
  private final S3Client client;

  UploadRecords(S3Bucket bucket, S3Client client) {
    this.bucket = bucket;
    this.client = client;
  }

  /** Answers with the record's key. */
  String begun(String key, String upload) throws IOException {
    String record = bucket.prefix() + FOLDER + UUID.randomUUID();
    byte[] text = (key + "\n" + upload + "\n").getBytes(StandardCharsets.UTF_8);
    try {
      var _ =
          client.putObject(
              b -> b.bucket(bucket.name()).key(record).contentType("text/plain"),
              RequestBody.fromBytes(text));
      return record;
    } catch (SdkException e) {
      throw S3Failures.of("record an upload of " + key + " in " + bucket, e);
    }
  }

  /** Of one that is left nothing has to be cleared away: whoever tries finds so. */
  void over(String record) {
    try {
      var _ =
          client.deleteObject(b ->
              b.bucket(bucket.name())
                  .key(record)
                  .overrideConfiguration(
                      request -> request.apiCallTimeout(MultipartUploads.LAST_WORD)));
    } catch (SdkException e) {
      LOG.log(Level.FINE, e, () -> "the record " + record + " is left to be cleared away");
    }
  }
}
