/* Usage: hiredis PORT */

#include <hiredis/hiredis.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#define MANY 1000
#define MEBIBYTE (1024 * 1024)

static void check(const char *what, bool holds) {
    if (!holds) {
        fprintf(stderr, "hiredis: %s: failed\n", what);
        exit(1);
    }
    printf("ok: hiredis %d.%d.%d: %s\n", HIREDIS_MAJOR, HIREDIS_MINOR, HIREDIS_PATCH, what);
}

static redisContext *connect_to(const char *port) {
    struct timeval patience = {15, 0};
    redisContext *redis = redisConnectWithTimeout("127.0.0.1", atoi(port), patience);
    if (redis == NULL || redis->err || redisSetTimeout(redis, patience) != REDIS_OK) {
        fprintf(stderr, "hiredis: cannot connect: %s\n", redis ? redis->errstr : "no memory");
        exit(1);
    }
    return redis;
}

static bool is_value(redisReply *reply, const char *bytes, size_t length) {
    bool is = reply != NULL && reply->type == REDIS_REPLY_STRING && (size_t) reply->len == length
            && memcmp(reply->str, bytes, length) == 0;
    freeReplyObject(reply);
    return is;
}

static bool is_text(redisReply *reply, const char *text) {
    return is_value(reply, text, strlen(text));
}

static bool is_type(redisReply *reply, int type) {
    bool is = reply != NULL && reply->type == type;
    freeReplyObject(reply);
    return is;
}

static bool is_one_of_many(redisReply *reply, int i) {
    char value[32];
    if (i % 7 == 0) {
        return reply != NULL && reply->type == REDIS_REPLY_NIL;
    }
    snprintf(value, sizeof value, "value:%d", i);
    return reply != NULL && reply->type == REDIS_REPLY_STRING && strcmp(reply->str, value) == 0;
}

static void check_values(redisContext *redis) {
    char every_byte[256];
    char *large = malloc(MEBIBYTE);
    for (int i = 0; i < 256; i++) {
        every_byte[i] = (char) i;
    }
    memset(large, 'x', MEBIBYTE);
    check("present", is_text(redisCommand(redis, "GET clients:text"), "S\xc3\xbcperhero"));
    check("present, from memory", is_text(redisCommand(redis, "GET clients:text"), "S\xc3\xbcperhero"));
    check("absent", is_type(redisCommand(redis, "GET clients:absent"), REDIS_REPLY_NIL));
    check("empty", is_text(redisCommand(redis, "GET clients:empty"), ""));
    check("any bytes", is_value(redisCommand(redis, "GET clients:binary"), every_byte, sizeof every_byte));
    check("1 MiB", is_value(redisCommand(redis, "GET %b", "clients:large", (size_t) 13), large, MEBIBYTE));
    free(large);
}

static void check_many(redisContext *redis) {
    const char *words[MANY + 1] = {"MGET"};
    static char keys[MANY][32];
    bool in_order = true;
    for (int i = 0; i < MANY; i++) {
        snprintf(keys[i], sizeof keys[i], i % 7 == 0 ? "absent:%d" : "clients:%d", i);
        words[i + 1] = keys[i];
        redisAppendCommand(redis, "GET %s", keys[i]);
    }
    for (int i = 0; i < MANY; i++) {
        redisReply *reply = NULL;
        in_order = redisGetReply(redis, (void **) &reply) == REDIS_OK && is_one_of_many(reply, i) && in_order;
        freeReplyObject(reply);
    }
    check("1,000 in a pipeline", in_order);
    redisReply *all = redisCommandArgv(redis, MANY + 1, words, NULL);
    in_order = all != NULL && all->type == REDIS_REPLY_ARRAY && all->elements == MANY;
    for (int i = 0; in_order && i < MANY; i++) {
        in_order = is_one_of_many(all->element[i], i);
    }
    freeReplyObject(all);
    check("MGET", in_order);
}

static void check_other_type(redisContext *redis) {
    redisReply *reply = redisCommand(redis, "GET clients:list");
    check("another type",
            reply != NULL && reply->type == REDIS_REPLY_ERROR
                    && strcmp(reply->str, "WRONGTYPE Operation against a key holding the wrong kind of value") == 0);
    freeReplyObject(reply);
}

static void check_reconnect(redisContext *redis, const char *port) {
    redisContext *other = connect_to(port);
    redisReply *killed = redisCommand(other, "CLIENT KILL TYPE normal SKIPME yes");
    check("CLIENT KILL", killed != NULL && killed->type == REDIS_REPLY_INTEGER && killed->integer > 0);
    freeReplyObject(killed);
    check("the end of the connection", redisCommand(redis, "GET clients:text") == NULL);
    check("reconnect", redisReconnect(redis) == REDIS_OK);
    check("present, after CLIENT KILL", is_text(redisCommand(redis, "GET clients:text"), "S\xc3\xbcperhero"));
    redisFree(other);
}

int main(int count, char **words) {
    if (count != 2) {
        fprintf(stderr, "usage: %s PORT\n", words[0]);
        return 2;
    }
    /* A client that waits forever must not block the build. */
    alarm(60);
    setvbuf(stdout, NULL, _IOLBF, 0);
    redisContext *redis = connect_to(words[1]);
    check("PING", is_type(redisCommand(redis, "PING"), REDIS_REPLY_STATUS));
    check_values(redis);
    check_many(redis);
    check_other_type(redis);
    check_reconnect(redis, words[1]);
    redisFree(redis);
    return 0;
}
