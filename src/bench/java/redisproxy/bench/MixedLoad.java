package redisproxy.bench;

import redisproxy.testkit.Address;

/** The load of {@link MixedClients}, as a process of its own. */
final class MixedLoad implements Load {
    private final Tools tools;
    private final Address address;

    MixedLoad(Tools tools, Address address) {
        this.tools = tools;
        this.address = address;
    }

    @Override
    public Outcome run(int seconds) {
        return Wrk.parse(tools.generate(Tools.words(
                        "% -cp % % % % %",
                        Abuses.java(),
                        Abuses.classes(),
                        MixedClients.class.getName(),
                        seconds,
                        address,
                        Tools.CONNECTIONS))
                .out());
    }
}
