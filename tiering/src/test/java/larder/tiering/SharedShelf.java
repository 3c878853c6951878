package larder.tiering;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A shared tier of which a test says what it has. */
final class SharedShelf implements SharedTier {
  final List<BlobKey> fetched = new CopyOnWriteArrayList<>();
  volatile List<Source> copies = List.of();

  @Override
  public List<Source> copies(BlobKey key) {
    return copies;
  }

  @Override
  public void fetched(BlobKey key) {
    fetched.add(key);
  }
}
