package redisproxy.resp;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import redisproxy.auth.KnownCommands;
import redisproxy.auth.Principal;
import redisproxy.auth.User;
import redisproxy.upstream.CommandKeys;

/** ACL: shows the users and their rules, which a file holds, and what was refused (redis.io, "ACL"). Thread-safe. */
final class AclCommand {
    private static final int DEFAULT_ENTRIES = 10;
    private static final int LOG_FIELDS = 10;
    private static final int USER_FIELDS = 6;

    /** Where the request begins in ACL DRYRUN. */
    private static final int DRY_START = 3;

    private final Map<String, Command> byName;
    private final CommandNames names;
    private final Logins logins;
    private final InPlaceOfProxy redis;
    private final AllCommands all;

    /** Makes the command; {@code byName} is read when it is executed. */
    AclCommand(Map<String, Command> byName, Logins logins, InPlaceOfProxy redis, AllCommands all) {
        this.byName = byName;
        this.names = new CommandNames(byName);
        this.logins = logins;
        this.redis = redis;
        this.all = all;
    }

    Command command() {
        CommandSpec spec = new CommandSpec(
                "acl",
                -2,
                List.of("noscript", "loading", "stale"),
                KeyPositions.NONE,
                "6.0.0",
                "server",
                "A container for Access List Control commands.");
        return new Container(spec)
                .with(
                        "CAT",
                        -2,
                        "CAT [<category>]",
                        "List all command categories, or the commands of this proxy in <category>.",
                        this::cat)
                .detour(all::category)
                .with(
                        "DRYRUN",
                        -4,
                        "DRYRUN <username> <command> [<arg> ...]",
                        "Return whether the user can execute the command, without executing it.",
                        this::dryRun)
                .admin()
                .since("7.0.0")
                .with("GETUSER", 3, "GETUSER <username>", "Return the details of a user.", this::getUser)
                .admin()
                .with("LIST", 2, "LIST", "Return the users as lines of an ACL file.", this::list)
                .admin()
                .with("LOG", -2, "LOG [<count> | RESET]", "Return what clients were refused of late.", this::log)
                .admin()
                .with("USERS", 2, "USERS", "Return the names of the users.", this::users)
                .admin()
                .with("WHOAMI", 2, "WHOAMI", "Return the name of the user of the current connection.", this::whoAmI)
                .helpSince("6.0.0")
                .build();
    }

    private void whoAmI(Invocation invocation) {
        invocation.reply(
                invocation.encoder().bulk(invocation.session().principal().name()));
    }

    private void list(Invocation invocation) {
        invocation.reply(invocation
                .encoder()
                .bulks(logins.users().all().stream().map(User::describe).toList()));
    }

    private void users(Invocation invocation) {
        invocation.reply(invocation
                .encoder()
                .bulks(logins.users().all().stream().map(User::name).toList()));
    }

    private void cat(Invocation invocation) {
        Arguments arguments = invocation.arguments();
        if (arguments.count() == 2) {
            invocation.reply(invocation.encoder().bulks(KnownCommands.CATEGORIES));
            return;
        }
        String category = arguments.text(2).toLowerCase(Locale.ROOT);
        if (arguments.count() > 3) {
            invocation.reply(CommandErrors.unknownSubcommandOrArity(arguments));
        } else if (KnownCommands.CATEGORIES.contains(category)) {
            List<String> found = new ArrayList<>();
            addNames(byName.values(), category, found);
            invocation.reply(invocation.encoder().bulks(found));
        } else {
            invocation.error("ERR Unknown category '%s'".formatted(CommandErrors.quoted(arguments, 2)));
        }
    }

    static void addNames(Collection<Command> commands, String category, List<String> found) {
        for (Command each : commands) {
            if (!each.isContainerOnly() && each.spec().isIn(category)) {
                found.add(each.spec().name());
            }
            addNames(each.subcommands(), category, found);
        }
    }

    /** Replies with nil if there is no such user, as Redis does. */
    private void getUser(Invocation invocation) {
        User user = logins.find(invocation.arguments().text(2));
        ReplyBuilder reply = invocation.encoder();
        if (user == null) {
            invocation.reply(reply.nilArray());
            return;
        }
        Principal principal = user.principal();
        reply.map(USER_FIELDS).bulk("flags").set(user.flags().size());
        user.flags().forEach(reply::bulk);
        reply.bulk("passwords").bulks(user.passwordHashes());
        reply.bulk("commands").bulk(principal.commandRules());
        reply.bulk("keys").bulk(principal.keyRules());
        reply.bulk("channels").bulk(user.channelRules());
        invocation.reply(reply.bulk("selectors").array(0));
    }

    private void dryRun(Invocation invocation) {
        Arguments arguments = invocation.arguments();
        User user = logins.find(arguments.text(2));
        if (user == null) {
            invocation.error("ERR User '%s' not found".formatted(CommandErrors.quoted(arguments, 2)));
            return;
        }
        Command command = names.called(arguments, DRY_START);
        PassedSpec passed = command == null ? redis.find(arguments, DRY_START) : null;
        if (passed != null) {
            dryRun(passed, user.principal(), invocation);
            return;
        }
        if (command == null) {
            invocation.error("ERR Command '%s' not found".formatted(CommandErrors.quoted(arguments, DRY_START)));
            return;
        }
        CommandSpec spec = command.spec();
        int count = arguments.count() - DRY_START;
        if (!spec.accepts(count)) {
            invocation.reply(CommandErrors.wrongArity(spec.name()));
            return;
        }
        Principal principal = user.principal();
        if (!command.isForEverybody() && !principal.mayRun(spec)) {
            invocation.reply(invocation
                    .encoder()
                    .bulk("This user has no permissions to run the '%s' command".formatted(spec.name())));
            return;
        }
        KeyPositions keys = spec.keys();
        int denied = Permissions.minds(principal, spec)
                ? Permissions.deniedKey(principal, keys, arguments, DRY_START, keys.first(), keys.lastOf(count) + 1)
                : -1;
        if (denied < 0) {
            invocation.ok();
        } else {
            invocation.reply(invocation
                    .encoder()
                    .bulk("This user has no permissions to access the '%s' key"
                            .formatted(CommandErrors.quoted(arguments, denied))));
        }
    }

    /** Does so for a command that would be passed on. */
    private void dryRun(PassedSpec passed, Principal principal, Invocation invocation) {
        Arguments arguments = invocation.arguments();
        if (!passed.accepts(arguments.count() - DRY_START)) {
            invocation.reply(CommandErrors.wrongArity(passed.name()));
            return;
        }
        if (!principal.mayRun(passed) || !redis.allows(passed)) {
            invocation.reply(invocation
                    .encoder()
                    .bulk("This user has no permissions to run the '%s' command".formatted(passed.name())));
            return;
        }
        CommandKeys keys = passed.keys(arguments, DRY_START);
        int denied = PassedRequest.denied(principal, keys.keys(), arguments, DRY_START);
        if (!principal.hasAllKeys() && passed.needsAllKeys(keys)) {
            invocation.reply(invocation.encoder().bulk("This user has no permissions to access all keys"));
        } else if (denied == 0) {
            invocation.ok();
        } else {
            invocation.reply(invocation
                    .encoder()
                    .bulk("This user has no permissions to access the '%s' key"
                            .formatted(CommandErrors.quoted(arguments, denied))));
        }
    }

    private void log(Invocation invocation) {
        Arguments arguments = invocation.arguments();
        long count = DEFAULT_ENTRIES;
        if (arguments.count() > 3) {
            invocation.reply(CommandErrors.unknownSubcommandOrArity(arguments));
            return;
        }
        if (arguments.count() == 3) {
            if (arguments.text(2).equalsIgnoreCase("RESET")) {
                logins.log().reset();
                invocation.ok();
                return;
            }
            try {
                count = Math.max(0, WholeNumber.parse(arguments.text(2)));
            } catch (NumberFormatException e) {
                invocation.error("ERR value is not an integer or out of range");
                return;
            }
        }
        List<AclLog.Entry> entries = logins.log().newest(count);
        ReplyBuilder reply = invocation.encoder().array(entries.size());
        long now = logins.log().now();
        for (AclLog.Entry entry : entries) {
            encode(entry, now, reply);
        }
        invocation.reply(reply);
    }

    private static void encode(AclLog.Entry entry, long now, ReplyBuilder reply) {
        reply.map(LOG_FIELDS).bulk("count").integer(entry.count());
        reply.bulk("reason").bulk(entry.reason().word()).bulk("context").bulk("toplevel");
        reply.bulk("object").bulk(entry.object()).bulk("username").bulk(entry.user());
        String age = String.format(Locale.ROOT, "%.3f", (now - entry.createdMillis()) / 1000.0);
        reply.bulk("age-seconds").real(age).bulk("client-info").bulk(entry.client());
        reply.bulk("entry-id").integer(entry.id());
        reply.bulk("timestamp-created").integer(entry.createdMillis());
        reply.bulk("timestamp-last-updated").integer(entry.updatedMillis());
    }
}
