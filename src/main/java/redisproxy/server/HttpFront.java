package redisproxy.server;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import java.util.EnumSet;
import redisproxy.cache.ReadThroughCache;
import redisproxy.http.Answers;
import redisproxy.http.CacheServlet;
import redisproxy.http.Permits;
import redisproxy.http.QoSFilter;

/** Registers what answers HTTP, the same in the embedded server and in any other container. */
final class HttpFront {
    private static final String ALL_PATHS = "/*";

    private HttpFront() {}

    static void register(ServletContext context, ReadThroughCache cache, Answers answers, Permits permits) {
        FilterRegistration.Dynamic filter = context.addFilter("qos", new QoSFilter(permits, answers));
        filter.setAsyncSupported(true);
        filter.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), /* isMatchAfter= */ false, ALL_PATHS);
        ServletRegistration.Dynamic servlet = context.addServlet("cache", new CacheServlet(cache, answers));
        servlet.setAsyncSupported(true);
        servlet.addMapping(ALL_PATHS);
    }
}
