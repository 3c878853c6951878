package larder.config;

/** Which cloud lends larder a login. */
enum TokenSource {
  ECR,
  GCP
}
