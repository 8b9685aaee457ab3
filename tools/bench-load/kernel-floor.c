// The least a machine can pay to send these frames: one thread, callers in the order of their phases, one write() of
// ready-made bytes a frame, and no library between. It wakes once a grain, like the timers of an event loop.
//
//   kernel-floor PORT SESSIONS WARM_UP_S WINDOW_S FRAME_US GRAIN_US PAYLOAD_BYTES, prints one line of JSON

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const char upgrade[] =
  "GET /v1/realtime HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
  "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n";

static void die(const char *what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(1);
}

static int64_t now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int64_t cpu_us(void) {
  struct rusage use;
  getrusage(RUSAGE_SELF, &use);
  return (int64_t)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1000000 + use.ru_utime.tv_usec + use.ru_stime.tv_usec;
}

static void sleep_until(int64_t at_us) {
  struct timespec t = {at_us / 1000000, (at_us % 1000000) * 1000};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR) {
  }
}

static int open_session(int port) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) < 0) die("connect");
  if (write(fd, upgrade, sizeof upgrade - 1) != sizeof upgrade - 1) die("upgrade");
  char answer[1024];
  size_t length = 0;
  do {
    ssize_t got = read(fd, answer + length, sizeof answer - 1 - length);
    if (got <= 0) die("answer to the upgrade");
    length += got;
    answer[length] = 0;
  } while (!strstr(answer, "\r\n\r\n"));
  if (strncmp(answer, "HTTP/1.1 101", 12)) die("the upgrade was refused");
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  return fd;
}

// A whole text frame with a mask of zeros (RFC 6455, 5.2); its payload lies between 126 and 65,535 bytes.
static unsigned char *make_frame(int payload_bytes) {
  unsigned char *frame = malloc(8 + payload_bytes);
  unsigned char head[8] = {0x81, 0xfe, payload_bytes >> 8, payload_bytes & 255, 0, 0, 0, 0};
  memcpy(frame, head, 8);
  memset(frame + 8, 'A', payload_bytes);
  static const char start[] = "{\"type\":\"input_audio_buffer.append\",\"audio\":\"";
  memcpy(frame + 8, start, sizeof start - 1);
  memcpy(frame + 8 + payload_bytes - 2, "\"}", 2);
  return frame;
}

static void drain(int epoll) {
  struct epoll_event ready[64];
  char bytes[4096];
  int count = epoll_wait(epoll, ready, 64, 0);
  for (int i = 0; i < count; i++) {
    ssize_t got = read(ready[i].data.fd, bytes, sizeof bytes);
    if (got == 0 || (got < 0 && errno != EAGAIN)) die("the sink went away");
  }
}

static int by_size(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

int main(int argc, char **argv) {
  if (argc != 8) return fprintf(stderr, "seven numbers, not %d\n", argc - 1), 2;
  int port = atoi(argv[1]), sessions = atoi(argv[2]), frame_us = atoi(argv[5]), grain_us = atoi(argv[6]), payload_bytes = atoi(argv[7]);
  double warm_up_s = atof(argv[3]), window_s = atof(argv[4]);

  int epoll = epoll_create1(0);
  int *fds = malloc(sessions * sizeof *fds);
  for (int i = 0; i < sessions; i++) {
    fds[i] = open_session(port);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fds[i]};
    epoll_ctl(epoll, EPOLL_CTL_ADD, fds[i], &event);
  }
  unsigned char *frame = make_frame(payload_bytes);
  size_t room = (size_t)((window_s + 5) * 1e6 / frame_us) * sessions, frames = 0;
  uint32_t *lateness_us = malloc(room * sizeof *lateness_us);

  int64_t start_us = now_us() + 50000, from_us = start_us + warm_up_s * 1e6, to_us = from_us + window_s * 1e6;
  int64_t cpu_from = 0, begun_us = 0, unsent = 0;
  int64_t now = now_us();
  for (int64_t k = 0; now < to_us; k++) {
    // Phases spread evenly over a frame, and each caller comes round again a frame later: the schedule is a plain count.
    int64_t due_us = start_us + k * frame_us / sessions;
    if (due_us > now) {
      drain(epoll);
      sleep_until(start_us + (due_us - start_us + grain_us - 1) / grain_us * grain_us);
      now = now_us();
    }
    if (!begun_us && now >= from_us) cpu_from = cpu_us(), begun_us = now;
    if (write(fds[k % sessions], frame, 8 + payload_bytes) != 8 + payload_bytes) unsent++;
    now = now_us();
    if (begun_us && frames < room) lateness_us[frames++] = now - due_us;
  }
  int64_t cpu = cpu_us() - cpu_from, wall = now - begun_us;
  if (unsent > 0) return fprintf(stderr, "%ld frames did not fit into the socket: the sink is too slow\n", (long)unsent), 1;
  qsort(lateness_us, frames, sizeof *lateness_us, by_size);
  printf("{\"frames\":%zu,\"cpuUs\":%ld,\"wallUs\":%ld,\"latenessUs\":{\"p50\":%u,\"p99\":%u,\"max\":%u}}\n", frames, (long)cpu, (long)wall,
         lateness_us[frames / 2], lateness_us[frames * 99 / 100], lateness_us[frames - 1]);
  return 0;
}
