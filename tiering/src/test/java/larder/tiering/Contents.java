package larder.tiering;

import java.util.Random;

/** Bytes with their name. */
public record Contents(byte[] bytes, BlobKey key) {

  /** Bytes of a size that differ from seed to seed. */
  public static Contents of(int size, long seed) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return of(bytes);
  }

  public static Contents of(byte[] bytes) {
    return new Contents(bytes, BlobKey.of(Digest.of(Digest.Algorithm.SHA256, bytes)));
  }
}
