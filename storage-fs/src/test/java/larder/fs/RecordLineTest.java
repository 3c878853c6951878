package larder.fs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import larder.tiering.BlobKey;
import larder.tiering.Digest;
import larder.tiering.Space;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

final class RecordLineTest {

  @Property(tries = 200)
  void aLineSaysWhatWasWrittenUnlessItIsDamaged(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] content = new byte[8];
    random.nextBytes(content);
    Digest digest =
        Digest.of(
            random.nextBoolean() ? Digest.Algorithm.SHA256 : Digest.Algorithm.SHA512, content);
    Space space = random.nextBoolean() ? Space.PUBLIC : new Space.Private("a b\n" + seed);
    BlobKey key = new BlobKey(space, digest);
    Inode inode =
        new Inode(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
    FileRecord record = new FileRecord(inode, random.nextLong(), FileRecord.State.DURABLE);
    byte[] line = RecordLine.write(key, record).getBytes(StandardCharsets.ISO_8859_1);
    assertThat(line.length).isLessThan(RecordLine.LONGEST);

    RecordLine read = RecordLine.read(line, 0, line.length).orElseThrow();
    assertThat(read.key()).isEqualTo(key);
    assertThat(read.record().inode()).isEqualTo(inode);
    assertThat(read.record().lastAccess()).isEqualTo(record.lastAccess());
    assertThat(read.record().durable()).isTrue();

    int at = random.nextInt(line.length);
    assertThat(RecordLine.read(line, 0, at)).as("torn at %d", at).isEmpty();
    byte[] damaged = line.clone();
    damaged[at] ^= (byte) (1 << random.nextInt(8));
    Optional<RecordLine> wrong = RecordLine.read(damaged, 0, damaged.length);
    assertThat(wrong).as("a bit flipped in byte %d", at).isEmpty();
  }
}
