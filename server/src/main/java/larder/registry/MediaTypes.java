package larder.registry;

import java.util.List;

/** The types of manifests. */
final class MediaTypes {
  static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
  static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";

  /**
   * What upstream is asked for, whatever the client's own list: a narrow one would change what it
   * gives to all.
   */
  static final List<String> ALL =
      List.of(
          OCI_INDEX,
          OCI_MANIFEST,
          "application/vnd.docker.distribution.manifest.list.v2+json",
          "application/vnd.docker.distribution.manifest.v2+json",
          "application/vnd.oci.artifact.manifest.v1+json",
          "*/*");

  private MediaTypes() {}
}
