package redisproxy.server;

import java.util.ArrayList;
import java.util.List;

/**
 * Several parts that change together: all of them, or none if one refuses. They are prepared and applied in their order.
 *
 * @param parts in their order; one that takes long to apply goes last
 */
record ChangeableParts(List<ChangeablePart> parts) implements ChangeablePart {
    @Override
    public Change prepare(ProxyConfig from, ProxyConfig to) {
        List<Change> prepared = new ArrayList<>(parts.size());
        try {
            for (ChangeablePart part : parts) {
                prepared.add(part.prepare(from, to));
            }
        } catch (RuntimeException | Error e) {
            prepared.forEach(Change::drop);
            throw e;
        }
        return new All(prepared);
    }

    private record All(List<Change> changes) implements Change {
        @Override
        public void apply() {
            changes.forEach(Change::apply);
        }

        @Override
        public void drop() {
            changes.forEach(Change::drop);
        }
    }
}
