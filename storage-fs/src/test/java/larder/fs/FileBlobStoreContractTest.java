package larder.fs;

import java.io.IOException;
import java.nio.file.Path;
import larder.tiering.BlobStore;
import larder.tiering.BlobStoreContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

final class FileBlobStoreContractTest extends BlobStoreContract {
  private final OpenDirectory open;

  FileBlobStoreContractTest(@TempDir Path folder) throws IOException {
    open = OpenDirectory.open(folder);
  }

  @Override
  protected BlobStore openStore() {
    return open.store();
  }

  @Override
  protected Path newFile() throws IOException {
    return open.spooled(new byte[0]);
  }

  @AfterEach
  void closeDirectory() throws IOException {
    open.close();
  }
}
