package larder.config;

import java.nio.file.Path;

/**
 * The directory that keeps blobs.
 *
 * @param path absolute; need not exist yet
 * @param capacity what the blobs may take
 * @param minFree bytes that stay free on the file system, 0 or more
 * @param policy what goes first when it is full
 * @param scrub bytes a second that are read to see whether they are still right, 0 or more
 */
public record DiskConfig(
    Path path, DiskCapacity capacity, long minFree, DiskPolicy policy, long scrub) {}
