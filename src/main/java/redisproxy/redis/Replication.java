package redisproxy.redis;

import java.util.Map;

/**
 * What a server tells of its part in replication (Redis documentation, "INFO", section replication).
 *
 * @param isMaster whether it takes writes
 * @param isLinked whether its link to its master is up and it has all that the master had when the link came up; false for a master
 * @param hasCopied whether it has what a master had at some time; false for a master
 * @param history the id of the writes that it has: a replica has that of its master. Empty if it is not told
 */
record Replication(boolean isMaster, boolean isLinked, boolean hasCopied, String history) {
    /**
     * Reads a reply to {@code INFO replication}.
     *
     * @throws MalformedReplyException if it is something else
     */
    static Replication of(String info) {
        Map<String, String> fields = InfoFields.of(info);
        String role = fields.get("role");
        if (role == null) {
            throw new MalformedReplyException("a reply to INFO replication without a role");
        }
        boolean isLinked = "up".equals(fields.get("master_link_status"));
        // A replica that has started with nothing has no offset before it has copied something.
        boolean hasOffset = fields.getOrDefault("slave_repl_offset", "0").matches("0*[1-9]\\d*");
        return new Replication(
                role.equals("master"), isLinked, isLinked || hasOffset, fields.getOrDefault("master_replid", ""));
    }
}
