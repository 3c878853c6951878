package larder.tiering;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class MemoryBlobStoreTest extends BlobStoreContract {
  @TempDir private Path folder;
  private int files;

  @Override
  protected BlobStore openStore() {
    return new MemoryBlobStore(CLOCK);
  }

  @Override
  protected Path newFile() {
    return folder.resolve("file" + files++);
  }
}
