package larder.tiering;

import java.util.List;

/** A slower tier, which others fill and read too. */
public interface SharedTier {

  /** As if there were none. */
  SharedTier NONE =
      new SharedTier() {
        @Override
        public List<Source> copies(BlobKey key) {
          return List.of();
        }

        @Override
        public void fetched(BlobKey key) {}
      };

  /** Where it may have a blob, to be asked in this order before the places where it is at home. */
  List<Source> copies(BlobKey key);

  /** A blob that it did not have has come from where it is at home, and is in the faster tier. */
  void fetched(BlobKey key);
}
