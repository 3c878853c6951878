/*
 * pull PORT PATH CONNECTIONS TIMES: so many connections to 127.0.0.1, each of which gets the path so many times and lets the kernel
 * throw the body away (MSG_TRUNC), so that the client costs next to nothing. Prints one JSON object: seconds from the first connect
 * to the last byte, bytes of bodies, and for each connection the seconds to the first byte of its first body.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HEAD = 16 * 1024, MOST = 1024, PIECE = 8 << 20 };

static int port, times;
static const char *path;
static pthread_barrier_t together;
static double began;

struct client {
  pthread_t thread;
  double first;
  long long bytes;
};

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void die(const char *why) {
  fprintf(stderr, "pull: %s\n", why);
  exit(1);
}

/* Reads the head, and answers how much of the body is still to come. */
static long long head(int fd, struct client *client) {
  char head[HEAD + 1];
  size_t length = 0;
  char *end = NULL;
  while (!end) {
    ssize_t n = recv(fd, head + length, HEAD - length, 0);
    if (n <= 0) die("no answer");
    length += n;
    head[length] = 0;
    end = strstr(head, "\r\n\r\n");
  }
  char *size = strcasestr(head, "\r\ncontent-length:");
  if (strncmp(head, "HTTP/1.1 200", 12) || !size || size > end) die(head);
  long long here = length - (end + 4 - head);
  if (here > 0 && client->first == 0) client->first = now() - began;
  client->bytes += here;
  return atoll(size + 17) - here;
}

static void *pull(void *argument) {
  static char nowhere[PIECE];
  struct client *client = argument;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  char request[2048];
  int length = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: localhost:%d\r\nUser-Agent: pull\r\n\r\n", path, port);
  pthread_barrier_wait(&together);
  int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address)) die("no connection");
  for (int i = 0; i < times; i++) {
    if (send(fd, request, length, 0) != length) die("no request");
    for (long long left = head(fd, client); left > 0;) {
      ssize_t n = recv(fd, nowhere, left < PIECE ? left : PIECE, MSG_TRUNC);
      if (n <= 0) die("a body that is cut short");
      if (client->first == 0) client->first = now() - began;
      client->bytes += n;
      left -= n;
    }
  }
  close(fd);
  return NULL;
}

int main(int count, char **arguments) {
  static struct client clients[MOST];
  if (count != 5) die("PORT PATH CONNECTIONS TIMES");
  port = atoi(arguments[1]);
  path = arguments[2];
  int connections = atoi(arguments[3]);
  times = atoi(arguments[4]);
  if (connections < 1 || connections > MOST) die("that many connections");
  pthread_barrier_init(&together, NULL, connections);
  began = now();
  for (int i = 0; i < connections; i++)
    if (pthread_create(&clients[i].thread, NULL, pull, &clients[i])) die("no thread");
  long long bytes = 0;
  for (int i = 0; i < connections; i++) {
    pthread_join(clients[i].thread, NULL);
    bytes += clients[i].bytes;
  }
  printf("{\"seconds\": %.6f, \"bytes\": %lld, \"first\": [", now() - began, bytes);
  for (int i = 0; i < connections; i++) printf("%s%.6f", i ? ", " : "", clients[i].first);
  printf("]}\n");
  return 0;
}
