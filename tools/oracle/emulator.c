// A network between two namespaces, with the semantics of the kernel's netem, for machines whose kernel has none: two TUN
// devices, one in each namespace, and this program between them. Real kernel TCP runs at both ends; packets are delayed,
// dropped and queued here and never looked into beyond addresses and ports.
//
//   emulator NETNS_OF_CALLERS NETNS_OF_SERVERS DEVICE key=value...     both directions get the same settings
//   emulator --self-test key=value...                                  what its chance draws, as JSON
//
// Keys: delayUs, jitterUs, shape (uniform, normal, pareto), loss, toBad, toGood (shares of 1), bitPerS, limit (packets a
// lane), seed, paired (1: what a packet carries decides its fate, see below), log (a file, a line for each TCP packet). It
// prints `ready` when both devices are there, and its account as JSON when it is told to end (SIGTERM).
//
// A lane is one connection in one direction: it has its own queue, loss chain and stream of chance, so that many
// connections measured at once are as many networks, and none disturbs another.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/if_tun.h>
#include <math.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

enum { UP, DOWN, DIRECTIONS };
enum { PACKET_BYTES = 2048, PORTS = 65536, LATENESS_STEPS = 20000, LATENESS_STEP_NS = 5000 };
static const uint64_t NEVER = UINT64_MAX;

static struct {
  double delayUs, jitterUs, loss, toBad, toGood, bitPerS;
  char shape, paired;
  long limit;
  uint64_t seed;
  FILE *log;
} settings = {.shape = 'u', .limit = 1000};

struct lane {
  uint64_t chance, lastNs, connection;
  long waiting;
  uint32_t firstSequence;
  char known, bad, inBurst;
};

// What a TCP packet says, in bytes from the first one of the connection's data.
struct tcp {
  uint32_t offset, bytes, acks, highest;
  char flags, isControl;
};

struct packet {
  uint64_t releaseNs, order;
  struct lane *lane;
  size_t bytes;
  unsigned char data[];
};

static struct direction {
  int from, to;
  struct lane lanes[PORTS];
  struct packet **heap;
  size_t held, room;
  uint64_t packets, lost, bursts, overflowed, refused, order, lanesKnown;
  uint64_t lateness[LATENESS_STEPS], released, latestNs;
} directions[DIRECTIONS];

static void die(const char *what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(1);
}

static uint64_t nowNs(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

// ---- chance

// SplitMix64 (Steele, Lea, Flood 2014): one word of state, good enough for draws of this kind, and every lane can have its own.
static uint64_t mixed(uint64_t z) {
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

static uint64_t draw(uint64_t *chance) { return mixed(*chance += 0x9e3779b97f4a7c15u); }

// Above 0 and at most 1, so that its logarithm and its root exist.
static double uniform(uint64_t *chance) { return ((double)(draw(chance) >> 11) + 1) / 9007199254740992.0; }

// Of the jitter, as netem's own tables have it: normal with the jitter as its deviation; pareto with exponent 3, moved and
// stretched by 4/3; both cut where a table entry of 16 bits ends, at four times the jitter.
static double spread(uint64_t *chance, char shape) {
  if (shape == 'u') return 2 * uniform(chance) - 1;
  double u = uniform(chance), x;
  if (shape == 'n') x = sqrt(-2 * log(u)) * cos(2 * M_PI * uniform(chance));
  else x = (pow(u, -1.0 / 3) - 1.5) * 4 / 3;
  return x > 4 ? 4 : x < -4 ? -4 : x;
}

static int isLost(struct lane *lane, uint64_t *chance) {
  if (settings.loss > 0 && uniform(chance) <= settings.loss) return 1;
  if (settings.toBad <= 0) return 0;
  // The state in which a packet comes decides its fate, and then it may change, as in netem: all is lost in the bad one. A low
  // draw leaves a line bad and a high one good whatever it was, so that two worlds with the same draws soon agree again.
  int bad = lane->bad;
  double u = uniform(chance);
  lane->bad = bad ? u <= 1 - settings.toGood : u <= settings.toBad;
  return bad;
}

static uint64_t delayNs(uint64_t *chance) {
  double us = settings.delayUs;
  if (settings.jitterUs > 0) us += settings.jitterUs * spread(chance, settings.shape);
  return us > 0 ? (uint64_t)(us * 1000) : 0;
}

// ---- the same draws for the same packets, in whatever order and however late they come (paired-path.ts does the same)

static uint64_t keyed(uint64_t key, uint64_t word) { return mixed((key ^ word) + 0x9e3779b97f4a7c15u); }

// How often a packet that says this has come before.
static uint64_t timesSaid(uint64_t key) {
  enum { ROOM = 1 << 21 };
  static struct {
    uint64_t key, times;
  } said[ROOM];
  static size_t known;
  size_t at = key % ROOM;
  while (said[at].times && said[at].key != key) at = (at + 1) % ROOM;
  if (!said[at].times && ++known > ROOM / 2) {
    fprintf(stderr, "too many packets for one emulation with paired draws\n");
    exit(1);
  }
  said[at].key = key;
  return said[at].times++;
}

static uint64_t chanceOf(const struct lane *lane, int direction, const struct tcp *tcp) {
  uint64_t key = keyed(keyed(keyed(settings.seed, lane->connection), (uint64_t)direction), tcp->bytes == 0);
  key = tcp->bytes ? keyed(key, tcp->offset) : keyed(keyed(key, tcp->acks), tcp->highest);
  return keyed(key, timesSaid(key));
}

// ---- packets waiting for their time: a binary heap, since jitter lets them overtake

static int isBefore(const struct packet *a, const struct packet *b) {
  return a->releaseNs != b->releaseNs ? a->releaseNs < b->releaseNs : a->order < b->order;
}

static void push(struct direction *way, struct packet *packet) {
  if (way->held == way->room) {
    way->room = way->room ? way->room * 2 : 1024;
    way->heap = realloc(way->heap, way->room * sizeof *way->heap);
    if (!way->heap) die("memory for packets");
  }
  size_t at = way->held++;
  for (; at > 0 && isBefore(packet, way->heap[(at - 1) / 2]); at = (at - 1) / 2) way->heap[at] = way->heap[(at - 1) / 2];
  way->heap[at] = packet;
}

static struct packet *pop(struct direction *way) {
  struct packet *first = way->heap[0], *last = way->heap[--way->held];
  size_t at = 0;
  for (size_t child = 1; child < way->held; child = 2 * at + 1) {
    if (child + 1 < way->held && isBefore(way->heap[child + 1], way->heap[child])) child++;
    if (!isBefore(way->heap[child], last)) break;
    way->heap[at] = way->heap[child];
    at = child;
  }
  way->heap[at] = last;
  return first;
}

// ---- the link

static int isTcp(const unsigned char *ip, size_t bytes) { return ip[9] == 6 && bytes >= (size_t)(ip[0] & 15) * 4 + 20; }

static uint32_t wordAt(const unsigned char *data) { return (uint32_t)data[0] << 24 | (uint32_t)data[1] << 16 | (uint32_t)data[2] << 8 | data[3]; }

// The caller's port names the connection; what has no ports shares lane 0.
static struct lane *laneOf(struct direction *way, const unsigned char *ip, size_t bytes) {
  size_t port = 0;
  if (isTcp(ip, bytes)) {
    const unsigned char *tcp = ip + (ip[0] & 15) * 4 + (way == &directions[UP] ? 0 : 2);
    port = (size_t)tcp[0] << 8 | tcp[1];
  }
  struct lane *lane = &way->lanes[port];
  if (!lane->known) {
    lane->known = 1;
    // Callers speak first, so that both directions of a connection have one number.
    lane->connection = way == &directions[UP] ? way->lanesKnown++ : directions[UP].lanes[port].connection;
    lane->chance = settings.seed * 0x2545f4914f6cdd1du + 2 * lane->connection + (way == &directions[DOWN]);
    draw(&lane->chance);
  }
  return lane;
}

static struct tcp readTcp(struct direction *way, struct lane *lane, const unsigned char *ip, size_t bytes) {
  enum { FIN = 1, SYN = 2, RST = 4, ACK = 16, END = 0, PADDING = 1, SACK = 5 };
  size_t ipHeader = (size_t)(ip[0] & 15) * 4;
  const unsigned char *tcp = ip + ipHeader;
  size_t header = (size_t)(tcp[12] >> 4) * 4;
  const struct lane *other = &directions[way == &directions[UP] ? DOWN : UP].lanes[lane - way->lanes];
  if (tcp[13] & SYN) lane->firstSequence = wordAt(tcp + 4) + 1;
  struct tcp said = {.flags = (char)tcp[13], .offset = wordAt(tcp + 4) - lane->firstSequence, .bytes = (uint32_t)(bytes - ipHeader - header)};
  if (tcp[13] & ACK) said.acks = wordAt(tcp + 8) - other->firstSequence;
  said.highest = said.acks;
  for (size_t at = 20; at + 1 < header && tcp[at] != END; at += tcp[at] == PADDING ? 1 : tcp[at + 1] ? tcp[at + 1] : header) {
    if (tcp[at] != SACK) continue;
    for (size_t block = at + 2; block + 8 <= at + tcp[at + 1]; block += 8) {
      uint32_t end = wordAt(tcp + block + 4) - other->firstSequence;
      if ((int32_t)(end - said.highest) > 0) said.highest = end;
    }
  }
  // Nothing that opens or closes a connection is lost, or a case would measure dials as well.
  said.isControl = (tcp[13] & (SYN | FIN | RST)) || (said.bytes == 0 && said.acks == 0);
  return said;
}

static void enter(struct direction *way, const unsigned char *data, size_t bytes) {
  // IPv6 asks for routers by itself; nothing of that is the traffic in question.
  if (bytes < 20 || data[0] >> 4 != 4) return;
  struct lane *lane = laneOf(way, data, bytes);
  uint64_t now = nowNs();
  way->packets++;
  struct tcp tcp = {.isControl = 1};
  if (isTcp(data, bytes)) tcp = readTcp(way, lane, data, bytes);
  uint64_t own = settings.paired && !tcp.isControl ? chanceOf(lane, way == &directions[DOWN], &tcp) : 0;
  uint64_t *chance = settings.paired ? &own : &lane->chance;
  int lost = settings.paired && tcp.isControl ? 0 : isLost(lane, chance);
  if (settings.log && isTcp(data, bytes))
    fprintf(settings.log, "%" PRIu64 " %s %" PRIu64 " %u %u %u %u %d %d\n", now / 1000, way == &directions[UP] ? "up" : "down", lane->connection, tcp.offset,
            tcp.bytes, tcp.acks, tcp.highest, tcp.flags, lost);
  if (lost && !lane->inBurst) way->bursts++;
  lane->inBurst = (char)lost;
  if (lost) {
    way->lost++;
    return;
  }
  if (lane->waiting >= settings.limit) {
    way->overflowed++;
    return;
  }
  struct packet *packet = malloc(sizeof *packet + bytes);
  if (!packet) die("memory for a packet");
  uint64_t leaves = now + delayNs(chance);
  if (settings.bitPerS > 0) {
    // One packet after another on a line of this rate, and none overtakes.
    if (leaves < lane->lastNs) leaves = lane->lastNs;
    leaves += (uint64_t)((double)bytes * 8e9 / settings.bitPerS);
    lane->lastNs = leaves;
  }
  *packet = (struct packet){.releaseNs = leaves, .order = way->order++, .lane = lane, .bytes = bytes};
  memcpy(packet->data, data, bytes);
  lane->waiting++;
  push(way, packet);
}

static void releaseDue(struct direction *way) {
  while (way->held > 0) {
    uint64_t now = nowNs();
    if (way->heap[0]->releaseNs > now) return;
    struct packet *packet = pop(way);
    uint64_t lateNs = now - packet->releaseNs, step = lateNs / LATENESS_STEP_NS;
    way->lateness[step < LATENESS_STEPS ? step : LATENESS_STEPS - 1]++;
    if (lateNs > way->latestNs) way->latestNs = lateNs;
    way->released++;
    packet->lane->waiting--;
    if (write(way->to, packet->data, packet->bytes) < 0) way->refused++;
    free(packet);
  }
}

static void readAll(struct direction *way) {
  unsigned char data[PACKET_BYTES];
  for (;;) {
    ssize_t bytes = read(way->from, data, sizeof data);
    if (bytes < 0 && errno == EAGAIN) return;
    if (bytes < 0) die("reading a TUN device");
    enter(way, data, (size_t)bytes);
  }
}

static int openTun(const char *namespacePath, const char *name) {
  int space = open(namespacePath, O_RDONLY | O_CLOEXEC);
  if (space < 0 || setns(space, CLONE_NEWNET) < 0) die(namespacePath);
  close(space);
  int tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (tun < 0) die("/dev/net/tun");
  struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  if (ioctl(tun, TUNSETIFF, &request) < 0) die("making a TUN device");
  return tun;
}

static double latenessUs(const struct direction *way, double share) {
  uint64_t wanted = (uint64_t)ceil(share * (double)way->released), seen = 0;
  for (size_t step = 0; step < LATENESS_STEPS; step++)
    if ((seen += way->lateness[step]) >= wanted) return (double)(step + 1) * LATENESS_STEP_NS / 1000;
  return 0;
}

static void account(void) {
  static const char *const names[] = {"up", "down"};
  putchar('{');
  for (int at = 0; at < DIRECTIONS; at++) {
    const struct direction *way = &directions[at];
    printf("%s\"%s\":{\"packets\":%" PRIu64 ",\"lost\":%" PRIu64 ",\"bursts\":%" PRIu64 ",\"overflowed\":%" PRIu64 ",\"refused\":%" PRIu64
           ",\"lateP50Us\":%.0f,\"lateP99Us\":%.0f,\"lateMaxUs\":%.0f}",
           at ? "," : "", names[at], way->packets, way->lost, way->bursts, way->overflowed, way->refused, latenessUs(way, .5), latenessUs(way, .99),
           (double)way->latestNs / 1000);
  }
  puts("}");
}

static void run(const char *callers, const char *servers, const char *device) {
  // Whoever started us may be killed; the devices and this program go with it.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_TIMERSLACK, 1);
  sigset_t end;
  sigemptyset(&end);
  sigaddset(&end, SIGTERM);
  sigprocmask(SIG_BLOCK, &end, NULL);
  int ended = signalfd(-1, &end, SFD_CLOEXEC);
  int near = openTun(callers, device), far = openTun(servers, device);
  directions[UP].from = directions[DOWN].to = near;
  directions[UP].to = directions[DOWN].from = far;
  // A network does not wait for a CPU. Where this is refused, the account's lateness tells what it costs.
  sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){.sched_priority = 1});
  puts("ready");
  fflush(stdout);
  struct pollfd watched[] = {{.fd = near, .events = POLLIN}, {.fd = far, .events = POLLIN}, {.fd = ended, .events = POLLIN}};
  while (!(watched[2].revents & POLLIN)) {
    uint64_t next = NEVER;
    for (int at = 0; at < DIRECTIONS; at++) {
      struct direction *way = &directions[at];
      if (way->held > 0 && way->heap[0]->releaseNs < next) next = way->heap[0]->releaseNs;
    }
    uint64_t now = nowNs(), wait = next > now ? next - now : 0;
    struct timespec timeout = {.tv_sec = (time_t)(wait / 1000000000u), .tv_nsec = (long)(wait % 1000000000u)};
    if (ppoll(watched, 3, next == NEVER ? NULL : &timeout, NULL) < 0 && errno != EINTR) die("waiting for packets");
    for (int at = 0; at < DIRECTIONS; at++) {
      if (watched[at].revents & POLLIN) readAll(&directions[at]);
      releaseDue(&directions[at]);
    }
  }
  if (settings.log && fclose(settings.log)) die("writing the log");
  account();
}

// ---- what its chance draws, for whoever wants to know whether it is what was asked

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void selfTest(void) {
  enum { DRAWS = 1000000 };
  static double delays[DRAWS];
  struct lane lane = {.chance = settings.seed};
  uint64_t lost = 0, bursts = 0;
  double sum = 0, squares = 0;
  for (int at = 0, before = 0; at < DRAWS; at++) {
    int now = isLost(&lane, &lane.chance);
    lost += (uint64_t)now;
    bursts += now && !before;
    before = now;
    delays[at] = (double)delayNs(&lane.chance) / 1000;
    sum += delays[at];
    squares += delays[at] * delays[at];
  }
  qsort(delays, DRAWS, sizeof *delays, ascending);
  double mean = sum / DRAWS;
  printf("{\"draws\":%d,\"lost\":%" PRIu64 ",\"bursts\":%" PRIu64 ",\"meanUs\":%.1f,\"deviationUs\":%.1f,\"leastUs\":%.1f,\"p50Us\":%.1f,\"p90Us\":%.1f,\"p99Us\":%.1f,\"mostUs\":%.1f}\n",
         DRAWS, lost, bursts, mean, sqrt(squares / DRAWS - mean * mean), delays[0], delays[DRAWS / 2], delays[DRAWS / 10 * 9], delays[DRAWS / 100 * 99], delays[DRAWS - 1]);
}

static void set(const char *pair) {
  const char *value = strchr(pair, '=');
  size_t length = value ? (size_t)(value - pair) : 0;
  double number = value ? atof(value + 1) : 0;
#define IS(key) (length == strlen(key) && !strncmp(pair, key, length))
  if (IS("delayUs")) settings.delayUs = number;
  else if (IS("jitterUs")) settings.jitterUs = number;
  else if (IS("shape")) settings.shape = value[1];
  else if (IS("loss")) settings.loss = number;
  else if (IS("toBad")) settings.toBad = number;
  else if (IS("toGood")) settings.toGood = number;
  else if (IS("bitPerS")) settings.bitPerS = number;
  else if (IS("paired")) settings.paired = number != 0;
  else if (IS("log")) {
    if (!(settings.log = fopen(value + 1, "we"))) die(value + 1);
  } else if (IS("limit")) settings.limit = (long)number;
  else if (IS("seed")) settings.seed = strtoull(value + 1, NULL, 10);
  else {
    fprintf(stderr, "no such setting: %s\n", pair);
    exit(2);
  }
}

int main(int count, char **words) {
  int testing = count > 1 && !strcmp(words[1], "--self-test");
  if (!testing && count < 4) {
    fprintf(stderr, "emulator NETNS_OF_CALLERS NETNS_OF_SERVERS DEVICE key=value...\n");
    return 2;
  }
  for (int at = testing ? 2 : 4; at < count; at++) set(words[at]);
  if (testing) selfTest();
  else run(words[1], words[2], words[3]);
  return 0;
}
